"""All ways of papers and sheets."""

from gateway.documents.case_routes import CASE_ROUTES
from gateway.documents.desk_routes import DESK_ROUTES
from gateway.documents.reception_routes import RECEPTION_ROUTES
from gateway.documents.roster_sheet import ROSTER_ROUTES

DOCUMENT_ROUTES = [*CASE_ROUTES, *DESK_ROUTES, *ROSTER_ROUTES, *RECEPTION_ROUTES]
