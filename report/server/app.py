"""The page as a web application: a form, and the measurement of what is sent by it."""

from threading import Lock
from typing import BinaryIO, cast

from flask import Flask, Response, render_template, request

from report.server.guard import HEADERS, refusal
from report.server.upload import measured_upload

__all__ = ["LARGEST_UPLOAD", "create_app"]

LARGEST_UPLOAD = 64 * 2**20
"""Bytes of all files that are dropped at once."""

_ROLES = (
    ("time", "time"), ("train", "training accuracy"), ("gen", "validation accuracy"), ("run", "what tells runs apart"),
)  # fmt: skip
_FIELDS = (
    ("floor", "floor", "seen in the curve, else 0"),
    ("ceiling", "ceiling", "1; or fit; or 1,fit"),
    ("classes", "number of classes", "the floor is one over it"),
    ("offset", "added to the time", "0"),
)


def create_app() -> Flask:
    """The application, for a server on this machine.

    >>> app = create_app()
    >>> app.test_client().get("/", base_url="http://grokking.example").status_code
    403
    """
    app = Flask("report", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_UPLOAD
    app.config["MAX_FORM_PARTS"] = 200
    measuring = Lock()  # one log after the other: nothing of the drawing library is made for threads

    @app.before_request
    def guard() -> Response | None:
        reason = refusal(dict(request.headers))
        return None if reason is None else _plainly(reason, 403)

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.get("/")
    def page() -> str:
        return render_template("serve.html", roles=_ROLES, fields=_FIELDS)

    @app.get("/serve.js")
    def script() -> Response:
        return Response(render_template("serve.js"), mimetype="text/javascript")

    @app.get("/serve.css")
    def style() -> Response:
        return Response(render_template("serve.css"), mimetype="text/css")

    @app.post("/measure")
    def measure() -> str:
        sent = [one for one in request.files.getlist("log") if one.filename]
        try:
            files = [(str(one.filename), cast("BinaryIO", one.stream)) for one in sent]
            with measuring:
                answer = measured_upload(files, request.form)
            return render_template("served_result.html", **answer)
        finally:  # and with that what was too large for memory is gone from the disk
            for one in sent:
                one.close()

    @app.errorhandler(413)
    def too_large(_: Exception) -> Response:
        return _plainly(f"At most {LARGEST_UPLOAD >> 20} MiB at once; the command groksharp measure reads more.", 413)

    @app.errorhandler(500)
    def failed(_: Exception) -> Response:
        return _plainly("This log cannot be measured here: the program failed; its window says where.", 500)

    return app


def _plainly(sentence: str, status: int) -> Response:
    return Response(sentence, status, mimetype="text/plain")
