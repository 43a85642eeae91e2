"""Messages that are made of others keep the names in them as they are."""

import pytest
from hanami_engine import DeviceLostError
from hanami_server import http
from hanami_server.contract.text import start_sentence
from quart import Quart

MESSAGES = {
    "the emulated GPU was broken": "The emulated GPU was broken",
    "the host emulated-0 was lost": "The host emulated-0 was lost",
    "cuda:0: cudaErrorIllegalAddress: an illegal memory access": (
        "cuda:0: cudaErrorIllegalAddress: an illegal memory access"
    ),
    "cuda:0 stopped answering": "cuda:0 stopped answering",
    "emulated-0 stopped answering": "emulated-0 stopped answering",
    "stopped: CUDA says nothing": "Stopped: CUDA says nothing",
    "Already a Sentence of NVIDIA": "Already a Sentence of NVIDIA",
    "": "",
    " ": " ",
}


@pytest.mark.parametrize("text", MESSAGES)
def test_only_the_first_letter_of_a_word_changes(text):
    assert start_sentence(text) == MESSAGES[text]


@pytest.mark.parametrize("text", [text for text in MESSAGES if text.strip()])
async def test_the_answer_names_the_lost_device_as_it_is(text):
    app = Quart(__name__)
    http.install(app)

    @app.get("/lost")
    async def lose():
        raise DeviceLostError(text)

    answer = await app.test_client().get("/lost")
    assert answer.status_code == 503
    assert (await answer.get_json())["detail"] == f"{MESSAGES[text]}; the cluster goes on from its last state."
