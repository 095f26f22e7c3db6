"""What the `flask` command and any WSGI server load (`app`), and what `flask serve` does (`service`)."""

from app import create_app
from app.service import Service

app = create_app()
service = Service(app)
