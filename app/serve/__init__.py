"""The processes: the supervisor, gunicorn's web workers, and the job worker.

A module each, because each process is to import no more than it needs: most of a start is imports."""
