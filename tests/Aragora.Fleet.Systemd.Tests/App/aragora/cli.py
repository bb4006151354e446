"""aragora serve"""

import argparse

from aragora.server.unified_server import UnifiedServer


def main():
    parser = argparse.ArgumentParser(prog="aragora")
    serve = parser.add_subparsers(dest="command", required=True).add_parser("serve")
    serve.add_argument("--api-port", type=int, default=8080)
    serve.add_argument("--ws-port", type=int, default=8765)
    serve.add_argument("--host", default="127.0.0.1")
    arguments = parser.parse_args()
    UnifiedServer(arguments.host, arguments.api_port, ".nomic").run()
