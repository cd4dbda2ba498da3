package io.kubejar.storage;

/// What is on the disk cannot be what the store has written. Nothing was changed; going on could
/// lose acknowledged writes, so the store does not open.
public final class CorruptStoreException extends StoreException {
  private static final long serialVersionUID = 1L;

  CorruptStoreException(String message) {
    super(message, null);
  }

  static void checkVersion(int version, String where) {
    if (version != LogFormat.VERSION) {
      throw new CorruptStoreException(
          where
              + " has format version "
              + version
              + "; this program knows version "
              + LogFormat.VERSION
              + " only");
    }
  }
}
