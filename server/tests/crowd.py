"""Many sessions at a time, from a process of their own: ``python -m server.tests.crowd URL TOKEN CLUSTER…``.

Plays a round for each line that it reads, and answers each with a line.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .talk import LEARN, LEARN_AND_ANSWER, REQUEST, Talk

SESSIONS, ROWS = 50, 10


def main():
    url, token, *clusters = sys.argv[1:]
    random = np.random.default_rng(0)
    samples, labels = random.integers(0, 256, (60, 784)).astype(np.uint8), random.integers(0, 10, 60)
    sessions = [Talk(url, clusters[number % len(clusters)], token) for number in range(SESSIONS)]
    for session in sessions:
        session.open(inputs=[{"width": 784}])

    def play(session, begin):
        for row in range(begin, begin + ROWS):
            kind = (LEARN, LEARN_AND_ANSWER, REQUEST)[row % 3]
            heard = session.say(kind, samples[row], None if kind == REQUEST else labels[row], dtype="u1")
            if heard["type"] != "answer":
                sys.exit(str(heard))

    with ThreadPoolExecutor(SESSIONS) as pool:
        for turn, _ in enumerate(sys.stdin):
            list(pool.map(lambda session, begin=turn * ROWS: play(session, begin), sessions))
            print("done", flush=True)
    for session in sessions:
        session.socket.close()


if __name__ == "__main__":
    main()
