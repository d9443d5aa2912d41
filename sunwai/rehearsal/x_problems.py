"""The X API's problems, as answers and beside data."""

from __future__ import annotations

from data.model import JsonObject, JsonValue
from sunwai.rehearsal.wire import Answer

PROBLEM = "https://api.x.com/2/problems/"


class Refusal(Exception):
    """The platform's own error, as an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def problem(status: int, kind: str, title: str, detail: str) -> Refusal:
    return Refusal(problem_answer(status, kind, title, detail))


def problem_answer(status: int, kind: str, title: str, detail: str) -> Answer:
    body: JsonObject = {
        "title": title,
        "detail": detail,
        "type": PROBLEM + kind if kind else "about:blank",
        "status": status,
    }
    return Answer(status=status, body=body)


def not_told(asked_id: str, kind: str) -> JsonValue:
    """What stands beside the data for a post that is not there, or not for us."""
    protected = kind == "not-authorized-for-resource"
    what = "Sorry, you are not authorized to see" if protected else "Could not find"
    return {
        "value": asked_id,
        "detail": f"{what} the Post with ids: [{asked_id}].",
        "title": "Authorization Error" if protected else "Not Found Error",
        "resource_type": "post",
        "parameter": "ids",
        "resource_id": asked_id,
        "type": PROBLEM + kind,
    }


def trouble_answer(kind: str, reset: int | None = None) -> Answer:
    """One kind of trouble in X's shape: rate, token, permission, transient or quota."""
    match kind:
        case "rate":
            answer = problem_answer(429, "", "Too Many Requests", "Too Many Requests")
            headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "0"}
            if reset is not None:
                headers["x-rate-limit-reset"] = str(reset)
            return Answer(status=429, body=answer.body, headers=headers)
        case "quota":
            text = "Usage cap exceeded: Monthly product cap"
            return problem_answer(429, "usage-capped", "UsageCapExceeded", text)
        case "token":
            return problem_answer(401, "", "Unauthorized", "Unauthorized")
        case "permission":
            text = "You are not permitted to perform this action."
            return problem_answer(403, "", "Forbidden", text)
        case _:
            return problem_answer(503, "", "Service Unavailable", "Service Unavailable")
