.PHONY: install demo test campaign chaos fuzz lock clean
MAKEFLAGS += --no-print-directory

install:      ## Everything that the project needs, inside this folder
	@sh tools/install

demo: install ## The whole pipeline on this machine: images in, JSON out
	@.venv/bin/labelpipe demo

test: install ## Every test that needs no AWS account
	@sh tools/test

campaign: install ## Every fault at once, on 1,000 images: is any lost?
	@.venv/bin/python -m tests.campaign --images 1000 --seed 7

chaos: install ## Everything goes wrong for the controller, for 1,000 fortnights: does a model outlive its lease?
	@.venv/bin/python -m tests.chaos --runs 1000 --seed 1

fuzz: install ## 50,000 odd requests to the stand-in: is every answer one that the service could give?
	@.venv/bin/python -m tests.fuzz --requests 50000 --seed 1

lock: install ## Resolve the ranges in pyproject.toml anew, into the locks
	@sh tools/lock

clean:        ## Remove what install, demo and test made
	@rm -rf .venv .venv-local node_modules build cdk.out .local
