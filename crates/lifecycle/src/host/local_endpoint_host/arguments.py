"""What the host is started with."""

import argparse
import os

# Gone from the environment before anything is forked: what is served has no business with it.
TOKEN = "LOCAL_ENDPOINT_HOST_TOKEN"


def parse():
    parser = argparse.ArgumentParser(prog="local-endpoint-host")
    parser.add_argument("--spare", type=int, required=True, help="where the next generation listens")
    parser.add_argument("--control", type=int, required=True, help="where commands are taken")
    parser.add_argument("--loopback", action="store_true", help="listen on 127.0.0.1 alone")
    parser.add_argument("--debug", type=int, help="where a debugger attaches")
    parser.add_argument("--debugpy", help="the folder that debugpy is in")
    parser.add_argument("server", nargs=argparse.REMAINDER, help="arguments of azmlinfsrv, its --port last")
    given = parser.parse_args()
    given.server = [word for word in given.server if word != "--"]
    given.address = "127.0.0.1" if given.loopback else "0.0.0.0"
    given.ports = {"serve": int(given.server[-1]), "spare": given.spare}
    given.token = os.environ.pop(TOKEN)
    return given
