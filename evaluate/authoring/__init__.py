"""What writing a guideline file needs: its test cases, the check of a file, and the comparison of two versions."""
