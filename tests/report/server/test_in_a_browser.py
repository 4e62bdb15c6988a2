"""The page in a browser: a log is chosen, measured, shown and taken home."""

import base64
import threading
import time

import numpy as np
import pytest

from report.server.serving import loopback_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address():
    with loopback_server(0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    folder, rng, step = tmp_path_factory.mktemp("logs"), np.random.default_rng(0), np.arange(1, 401)
    for seed in range(2):
        both = [rng.binomial(500, 0.5 + 0.25 * (1 + np.tanh((step - at) / 20))) / 500 for at in (60, 240)]
        rows = "".join(f"{k},{one},{other}\n" for k, one, other in zip(step, *both, strict=True))
        (folder / f"seed{seed}.csv").write_text(f"step,inner,outer\n{rows}", encoding="utf-8")
    return sorted(map(str, folder.iterdir()))


def choose(browser, files):
    document = browser.call("DOM.getDocument")["root"]["nodeId"]
    field = browser.call("DOM.querySelector", nodeId=document, selector="input[type=file]")["nodeId"]
    browser.call("DOM.setFileInputFiles", nodeId=field, files=files)


def wait(browser, condition):
    end = time.monotonic() + 60
    while not browser.value(condition):
        assert time.monotonic() < end, browser.value("document.body.innerText")
        time.sleep(0.05)


def test_a_log_is_chosen_its_columns_named_and_its_measures_taken_home(browser, address, logs):
    browser.open(address, width=400)
    choose(browser, logs[:1])
    wait(browser, "document.querySelector('.refusal') !== null")  # inner and outer are no usual names
    assert "no train column" in browser.value("document.querySelector('.refusal').textContent")
    for role, column in (("train", "inner"), ("gen", "outer")):
        browser.value(f"document.querySelector('select[name={role}]').value = '{column}'")
    browser.value("document.querySelector('button').click()")
    wait(browser, "document.querySelector('pre') !== null")
    assert "train = inner, gen = outer" in browser.value("document.querySelector('pre').textContent")
    assert browser.value("document.querySelector('select[name=train]').value") == "inner"
    assert browser.value("document.querySelector('figure img').naturalWidth") > 400
    assert browser.value("document.documentElement.scrollWidth") <= 400
    saved = browser.value("document.querySelector('a[download=\"measures.csv\"]').href")
    header, row = base64.b64decode(saved.partition(",")[2]).decode().splitlines()
    measures = dict(zip(header.split(","), row.split(","), strict=True))
    assert float(measures["relative_gap"]) == pytest.approx(3, abs=0.2)
    choose(browser, logs)
    browser.value("document.querySelector('button').click()")
    wait(browser, "document.querySelector('pre').textContent.includes('2 fitted of 2 run')")
    assert browser.messages() == []
    assert all(url.startswith((address, "data:")) for url in browser.requested())
