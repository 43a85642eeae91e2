"""The parts of the API's benchmark that need no load: the peer, and what is sent."""

from datetime import timedelta

import pytest
from hanami_benchmarks.bare import create_app
from hanami_benchmarks.load import Load
from hanami_server.access.tokens import Claims, Tokens

SECRET = b"a secret of this test that is long enough"


async def test_the_bare_route_checks_tokens():
    client = create_app(b'{"a": 1}', SECRET).test_client()
    token, _ = Tokens([SECRET], timedelta(minutes=1)).issue(Claims("ann", None))
    answer = await client.get("/v1/clusters/x", headers={"Authorization": f"Bearer {token}"})
    assert await answer.get_json() == {"a": 1}
    refused = await client.get("/v1/clusters/x", headers={"Authorization": f"Bearer {token}x"})
    assert refused.status_code >= 400


@pytest.mark.parametrize(("text", "lua"), [("a", '"a"'), ('{"b": "\\n"}\n', '"{\\"b\\": \\"\\\\n\\"}\\n"')])
def test_what_is_sent_is_a_script(text, lua):
    assert Load({"X": text})._script() == f'wrk.headers["X"] = {lua}'
    assert Load({}, body=text)._script() == f'wrk.method = "POST"\nwrk.body = {lua}'
