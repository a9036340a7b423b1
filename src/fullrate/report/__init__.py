"""What people read: sentences, actions, the report, the workbook of a run, two runs side by side.

One function makes the data of each figure (``figures``); the page, the JSON of the commands and the tests read the
same numbers.
"""
