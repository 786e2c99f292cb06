from . import code, object_write
