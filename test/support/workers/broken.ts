/** A worker module that cannot be imported. */
throw new Error("broken at import");
