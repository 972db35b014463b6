"""The works of a review and who cites whom: the network, its projections and its measures."""
