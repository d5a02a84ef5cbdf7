"""The web app: pages, JSON API and what keeps them safe."""
