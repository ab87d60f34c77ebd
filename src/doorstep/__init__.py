"""The page is the process: pages that tell how work is done, run it and prove it."""
