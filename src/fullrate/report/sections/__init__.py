"""The sections of the report, one function each: a plan and its tables in, text, tables and figures out."""
