"""The reviewer's local web app and its store. Only the command line imports this package."""
