from . import code, multi, object_write
