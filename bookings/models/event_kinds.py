"""What can happen to an appointment and to a call-back, and what follows from it."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What happened to an appointment, as its history words it."""

    REQUESTED = "requested", _("Request came in")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    OFFERED = "offered", _("Other times offered")
    OFFER_EXPIRED = "offer_expired", _("Offer lapsed")
    CHOSEN = "chosen", _("An offered time was chosen")
    MOVED = "moved", _("Moved to another time")
    PLACE_CHANGED = "place_changed", _("Place or channel changed")
    STAFF_CHANGED = "staff_changed", _("Who meets them, or the room, changed")
    TAKEN_BACK = "taken_back", _("Undone before anybody was notified")
    MOVE_ASKED = "move_asked", _("Asked to move")
    MOVE_WITHDRAWN = "move_withdrawn", _("Wish to move taken back")
    KEPT = "kept", _("Time kept as it was")
    CANCELLED = "cancelled", _("Cancelled")
    ACCEPTED = "accepted", _("Accepted the invitation")
    DECLINED_INVITATION = "declined_invitation", _("Declined the invitation")
    DETAILS_GIVEN = "details_given", _("Gave their own details")
    DETAILS_CORRECTED = "details_corrected", _("Contact details corrected")
    CHANNELS_CHANGED = "ways_changed", _("Changed how they may be reached")
    MESSAGES_STOPPED = "messages_stopped", _("Wants no more messages")
    PLACE_AGREED = "place_agreed", _("Place agreed with who is protected")
    LINK_CLOSED = "link_closed", _("Link closed, a new one sent")
    LINKS_RENEWED = "links_renewed", _("All links were renewed, the new ones sent")
    INVITATION_RENEWED = (
        "invitation_renewed",
        _("Invitation code renewed, the earlier one does not work"),
    )
    PARTY_ADDED = "party_added", _("Other parent added")
    PERSON_ADDED = "person_added", _("Somebody else added")
    PERSON_CHANGED = "person_changed", _("Role of somebody changed")
    PERSON_LEFT = "person_left", _("Somebody does not take part any more")
    CHILDREN_NOTED = "children_noted", _("Ages of the children noted")
    CONTACT_AGREED = (
        "contact_agreed",
        _("Talked with the one who asked: the other parent may be contacted"),
    )
    NOT_CONTACTED = "not_contacted", _("Decided not to contact the other parent")
    VIDEO_LINK_SET = "video_link_set", _("Video link added")
    VIDEO_LINK_REMOVED = "video_link_removed", _("Video link taken away")
    JOINS_BY_VIDEO = "joins_by_video", _("Takes part by video")
    COMES_IN_PERSON = "comes_in_person", _("Comes to the place, not by video")
    INTERPRETER_ORDERED = "interpreter_ordered", _("Interpreter ordered")
    INTERPRETER_SETTLED = "interpreter_settled", _("Interpreter confirmed by the agency")
    INTERPRETER_MOVED = "interpreter_moved", _("Order of the interpreter moved")
    INTERPRETER_DROPPED = "interpreter_dropped", _("Order of the interpreter cancelled")
    INTERPRETER_CAME = "interpreter_came", _("The interpreter came")
    INTERPRETER_ABSENT = "interpreter_absent", _("The interpreter did not come")
    OTHER_BOOKED = "other_booked", _("The other parent’s own visit was booked")
    GAP_OVERRIDDEN = (
        "gap_overridden",
        _("Both parents at one place at the same time, knowingly"),
    )
    NOTIFIED_AGAIN = "told_again", _("Message sent again")
    CALLED = "called", _("Called")
    NOT_REACHED = "not_reached", _("Called, not reached")
    PARTNER_ASKED = "pair_asked", _("Partner professional asked")
    PARTNER_ACCEPTED = "pair_accepted", _("Partner professional accepted")
    PARTNER_DECLINED = "pair_declined", _("Partner professional declined")
    PARTNER_DROPPED = "pair_dropped", _("Goes on without the partner professional")
    EARLIER_WISHED = "earlier_wished", _("Waits for an earlier time")
    EARLIER_WITHDRAWN = "earlier_withdrawn", _("Waits no longer for an earlier time")
    EARLIER_OFFERED = "earlier_offered", _("An earlier time was offered")
    EARLIER_ACCEPTED = "earlier_accepted", _("The earlier time suits")
    EARLIER_DECLINED = "earlier_declined", _("The earlier time does not suit")
    EARLIER_ENDED = "earlier_ended", _("The offer of an earlier time ended")
    MATTERS_CHANGED = "matters_changed", _("What it is about changed")
    JOINT_ASKED = "joint_asked", _("Both asked when they can come")
    JOINT_NOT_FOUND = "joint_not_found", _("No joint time was found this way")
    JOINT_ENDED = "joint_ended", _("The search for a joint time was ended")
    WORD_SENT = "word_sent", _("Wrote a word to the secretary")
    WORD_ANSWERED = "word_answered", _("The word was answered by phone")
    NOTED = "noted", _("Note changed")
    ARRIVED = "arrived", _("Arrived")
    STARTED = "start", _("Meeting began")
    DONE = "done", _("Done")
    NO_SHOW = "no_show", _("Did not come")
    UNDONE = "undone", _("Last step undone")
    OUTCOME_NOTED = "outcome_noted", _("Outcome noted")
    INVITED_AGAIN = "invited_again", _("Invited anew")
    OUTCOME_CORRECTED = "outcome_corrected", _("Outcome corrected")

    @classmethod
    def settling_time(cls) -> frozenset["EventKind"]:
        """List the events after which another time or place holds."""
        return frozenset({cls.CONFIRMED, cls.MOVED, cls.PLACE_CHANGED, cls.CHOSEN})

    @classmethod
    def changing_place(cls) -> frozenset["EventKind"]:
        """List the events that change the place: what was agreed about it before no longer holds."""
        return frozenset({cls.MOVED, cls.PLACE_CHANGED, cls.CHOSEN, cls.OFFERED})

    @classmethod
    def changing_calendar(cls) -> frozenset["EventKind"]:
        """List the events after which a sent calendar entry is no longer right."""
        return cls.settling_time() | {
            cls.STAFF_CHANGED,
            cls.OFFERED,
            cls.CANCELLED,
            cls.TAKEN_BACK,
        }

    @classmethod
    def changing_own_calendar(cls) -> frozenset["EventKind"]:
        """List the events that change the calendar entry of their own party alone."""
        return frozenset({cls.JOINS_BY_VIDEO, cls.COMES_IN_PERSON})

    @classmethod
    def notified(cls) -> frozenset["EventKind"]:
        """List the events of which the parties who know of the visit are notified."""
        return cls.settling_time() | {cls.OFFERED, cls.DECLINED, cls.CANCELLED}

    @classmethod
    def news(cls) -> frozenset["EventKind"]:
        """List the events of which those whom no message reaches must hear by a call."""
        return cls.notified() | {cls.LINKS_RENEWED, cls.JOINT_ASKED}

    @classmethod
    def asking_parties(cls) -> frozenset["EventKind"]:
        """List the events after which an invited party is asked, or asked again, whether they come."""
        return cls.settling_time() | {cls.PARTY_ADDED, cls.PERSON_ADDED}

    @classmethod
    def of_one_party(cls) -> frozenset["EventKind"]:
        """List the events that concern their own party, and none of the others."""
        return cls.changing_own_calendar() | {cls.CALLED, cls.PERSON_ADDED}

    @classmethod
    def calls(cls) -> frozenset["EventKind"]:
        """List the events of a call to a party, who was reached or not."""
        return frozenset({cls.CALLED, cls.NOT_REACHED})

    @classmethod
    def party_answers(cls) -> frozenset["EventKind"]:
        """List the events in which a party answers; with a user too, they answered on the phone."""
        return frozenset(
            {
                cls.ACCEPTED,
                cls.DECLINED_INVITATION,
                cls.CHOSEN,
                cls.MOVED,
                cls.EARLIER_ACCEPTED,
                cls.EARLIER_DECLINED,
            }
        )

    @classmethod
    def seen_to(cls) -> frozenset["EventKind"]:
        """List the events in which staff dealt with a missing answer."""
        return frozenset({cls.CALLED, cls.KEPT})

    @classmethod
    def consent(cls) -> frozenset["EventKind"]:
        """Return what came of the talk about contacting the other parent."""
        return frozenset({cls.CONTACT_AGREED, cls.NOT_CONTACTED})

    @classmethod
    def partner_answers(cls) -> frozenset["EventKind"]:
        return frozenset({cls.PARTNER_ACCEPTED, cls.PARTNER_DECLINED})

    @classmethod
    def attendance(cls) -> frozenset["EventKind"]:
        """List the steps on the day of the visit, which UNDONE takes back."""
        return frozenset({cls.ARRIVED, cls.STARTED, cls.DONE, cls.NO_SHOW})

    @classmethod
    def changing_attendance(cls) -> frozenset["EventKind"]:
        """List the steps on the day of the visit, and what takes one back."""
        return cls.attendance() | {cls.UNDONE, cls.TAKEN_BACK, cls.CANCELLED, cls.MOVED}

    @classmethod
    def disclosed(cls) -> frozenset["EventKind"]:
        """Return what a party's own copy of their data lists."""
        return frozenset(
            {
                cls.REQUESTED,
                cls.CONFIRMED,
                cls.MOVED,
                cls.DECLINED,
                cls.CANCELLED,
                cls.DONE,
                cls.NO_SHOW,
            }
        )


class CallEventKind(StrEnum):
    """What happened to a call-back."""

    RESERVED = "reserved"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CALLING = "calling"
    REACHED = "reached"
    AGAIN = "again"
    CLOSED = "closed"
    KEPT = "kept"
    TAKEN_BACK = "taken_back"
