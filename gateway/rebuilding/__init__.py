"""Making the view anew from the services, beside the present one and while people work."""
