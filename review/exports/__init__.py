"""A review as a document: JSON, CSV, HTML, PDF, FHIR R4 and the letter that asks for what is missing."""
