import json
import os


def init():
    global greeting
    greeting = os.environ.get("GREETING", "Hello")
    print(f"init: the greeting is {greeting!r}")


def run(data):
    name = json.loads(data)["name"]
    return {"answer": f"{greeting}, {name}!"}
