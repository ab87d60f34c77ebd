"""The API: processes, versions, runs, asks, proposals and acknowledgements as JSON, with everybody's own rights."""
