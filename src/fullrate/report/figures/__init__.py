"""The data of every figure, as plain frames: the page, the JSON of the commands and the tests read the same numbers."""
