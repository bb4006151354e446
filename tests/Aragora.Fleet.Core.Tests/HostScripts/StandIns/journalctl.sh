#!/bin/bash
printf 'Traceback (most recent call last):\nModuleNotFoundError: No module named boom\nDATABASE_URL=postgres://u:hunter2@db/x\n'
