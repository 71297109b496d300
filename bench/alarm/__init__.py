"""From a detector's PUBLISH to the message in somebody's hand: ours, and the bare floor, in one run."""
