# A thin shell over tasks.py, where the work is described; without make: python3 tasks.py demo
# Another Python: make demo PYTHON=python3.12     More words: make test ARGS="-k calendar"
PYTHON ?= python3
TASKS  := demo test test-all lint docs bench lock

.PHONY: help $(TASKS)
help:
	@$(PYTHON) tasks.py || true
$(TASKS):
	@command -v $(PYTHON) >/dev/null || { echo "fullrate needs Python 3.11 or newer; $(PYTHON) was not found"; exit 1; }
	@$(PYTHON) tasks.py $@ $(ARGS)
