"""The works of a review and who cites whom: the network and its measures, files, snowballing, overlap."""
