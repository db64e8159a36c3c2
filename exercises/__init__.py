"""The stubs that learners fill in. Built from solutions/, never edited by hand."""
