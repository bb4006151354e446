"""Asks this host's service 20 times a second whether it is ready, straight and through nginx, while a file is there.

Then writes a line for each moment: its number, which is the same on every host, and whether either way was answered.
"""

import concurrent.futures
import http.client
import os
import sys
import time

PERIOD = 0.05
PATIENCE = 2


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# One that waits for its answer keeps no other from being asked in time.
with concurrent.futures.ThreadPoolExecutor(2 * int(PATIENCE / PERIOD)) as pool:
    asked = []
    number = int(time.time() / PERIOD)
    while os.path.exists(sys.argv[1]):
        number += 1
        time.sleep(max(0, number * PERIOD - time.time()))
        asked.append((number, pool.submit(answers, 8080), pool.submit(answers, 80)))
    for number, straight, proxied in asked:
        print(number, int(straight.result()), int(proxied.result()))
