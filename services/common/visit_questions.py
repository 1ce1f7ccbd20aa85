"""Whether a visitor is asked what he thinks of his reception: one definition for the roster and the view. Pure."""

from datetime import date

from services.contracts.questionnaires import Questionnaire, asked_until
from services.contracts.receptions import Appointment, AppointmentState


def takes_part(appointment: Appointment) -> bool:
    """Who was received, and of whose matter no petition came: of a petition its own ratings tell. Whoever accuses
    somebody is not asked: nothing of it is kept where others read."""
    return (
        appointment.state is AppointmentState.DONE
        and appointment.petition_id is None
        and not appointment.accusation
        and not appointment.confined
    )


def open_until(appointment: Appointment, questionnaire: Questionnaire | None, *, today: date) -> date | None:
    """The last day on which he may answer; None where he is not asked, or not any more."""
    if questionnaire is None or not questionnaire.questions or not takes_part(appointment):
        return None
    last = asked_until(days=questionnaire.days, day=appointment.day)
    return last if today <= last else None
