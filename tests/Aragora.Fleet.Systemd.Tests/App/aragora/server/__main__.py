"""python -m aragora.server"""

import argparse

from aragora.server.unified_server import UnifiedServer

parser = argparse.ArgumentParser(prog="aragora.server")
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--http-port", type=int, default=8080)
parser.add_argument("--port", type=int, default=8765)
parser.add_argument("--nomic-dir", default=".nomic")
arguments = parser.parse_args()
UnifiedServer(arguments.host, arguments.http_port, arguments.nomic_dir).run()
