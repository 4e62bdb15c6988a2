"""The page that measures logs, without a browser: what it answers, and to whom."""

import io
import re

import numpy as np
import pytest

from report.server.app import LARGEST_UPLOAD, create_app

BASE = "http://127.0.0.1:8517"


@pytest.fixture(scope="module")
def client():
    return create_app().test_client()


@pytest.fixture(scope="module")
def log():
    rng, step = np.random.default_rng(0), np.arange(1, 401)
    train, gen = (rng.binomial(500, 0.5 + 0.25 * (1 + np.tanh((step - at) / 20))) / 500 for at in (60, 240))
    rows = "".join(f"{k},{one},{other},0.9\n" for k, one, other in zip(step, train, gen, strict=True))
    return f"step,train_acc,val_acc,val_top5\n{rows}".encode()


def send(client, *files, headers=(), **fields):
    data = {"log": [(io.BytesIO(content), name) for name, content in files], **fields}
    return client.post("/measure", data=data, base_url=BASE, headers=dict(headers))


def test_a_log_is_measured_as_the_command_measures_it(client, log, tmp_path, call):
    path = tmp_path / "run.csv"
    path.write_bytes(log)
    printed = call("measure", path).stdout.split("\n", 1)[1]
    answer = send(client, ("run.csv", log)).text
    assert printed.strip() in answer.replace("&#39;", "'")
    assert "Floor 0.5 seen" in answer
    assert re.findall(r'download="([^"]+)"', answer) == ["measures.csv", "figure.png", "figure.svg"]
    assert "val_top5" in re.search(r'data-columns="([^"]*)"', answer)[1]


def test_several_logs_are_a_table(client, log):
    answer = send(client, ("a.csv", log), ("b.csv", log)).text
    assert "2 fitted of 2 run" in answer


def test_columns_and_asymptotes_are_those_of_the_form(client, log):
    other = send(client, ("run.csv", log), train="val_acc", gen="train_acc", ceiling="1,fit", classes="2").text
    assert "train = val_acc, gen = train_acc" in other


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ({"floor": "low"}, "floor must be a number"),
        ({"classes": "1e3"}, "classes must be a whole number, got &#39;1e3&#39;."),
        ({"offset": "soon"}, "offset must be a number, got &#39;soon&#39;."),
        ({"offset": "nan"}, "offset must be a finite number"),
    ],
)
def test_a_field_that_is_wrong_is_refused_and_the_columns_stay(client, log, field, sentence):
    answer = send(client, ("run.csv", log), **field).text
    assert sentence in answer
    assert "train_acc" in re.search(r'data-columns="([^"]*)"', answer)[1]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("run.csv", b"", "empty"),
        ("../../etc/<b>x</b>.pkl", b"\x80\x04\x95\x10\x00", "pickle"),
        ("losses.csv", b"step,train_loss,val_loss\n1,2,3\n2,1,2\n", "There are losses"),
    ],
)
def test_what_is_no_log_gets_a_sentence(client, name, content, sentence):
    answer = send(client, (name, content)).text
    assert sentence in answer
    assert 'role="alert"' in answer
    assert "<b>" not in answer
    assert "etc/" not in answer


def test_nothing_sent_is_said(client):
    assert "Choose a log first." in client.post("/measure", data={}, base_url=BASE).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "grokking.example:8517"},
        {"Host": "127.0.0.1.example"},
        {"Origin": "http://grokking.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
    ],
)
def test_strangers_are_refused(client, log, headers):
    answer = send(client, ("run.csv", log), headers=headers.items())
    assert answer.status_code == 403
    assert "t*" not in answer.text


@pytest.mark.parametrize("path", ["/", "/serve.js", "/serve.css"])
def test_every_answer_is_sealed(client, path):
    answer = client.get(path, base_url=BASE)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


def send_large(client, content):
    """By hand: the test client would leave a file of its own open."""
    head = b'--x\r\nContent-Disposition: form-data; name="log"; filename="run.csv"\r\n\r\n'
    body = head + content + b"\r\n--x--\r\n"
    return client.post("/measure", data=body, base_url=BASE, content_type="multipart/form-data; boundary=x")


def test_a_fault_of_the_program_is_said_in_a_sentence(log, monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("report.server.app.measured_upload", fail)
    answer = send(create_app().test_client(), ("run.csv", log))
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert "the program failed" in answer.text


def test_an_upload_is_bounded(client):
    answer = send_large(client, bytes(LARGEST_UPLOAD))
    assert answer.status_code == 413
    assert "At most 64 MiB" in answer.text


def test_runs_are_bounded(client):
    rows = "".join(f"{seed},{k},0.5,0.5\n" for seed in range(501) for k in range(4))
    assert (
        "At most 500 runs at once, got 501" in send(client, ("run.csv", f"seed,step,train,val\n{rows}".encode())).text
    )


def test_nothing_is_left_behind(client, log, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = send_large(client, log + b"\n" * 2_000_000)  # too large for memory: a file without a name meanwhile
    assert "train = train_acc" in answer.text
    assert list(tmp_path.iterdir()) == []
