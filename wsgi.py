"""What gunicorn serves: ``gunicorn wsgi:app``."""

from app import create_app
from core import memory

app = create_app()
memory.settle()
