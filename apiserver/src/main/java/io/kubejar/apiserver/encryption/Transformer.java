package io.kubejar.apiserver.encryption;

/// Turns values into what lies on the disk, and back. Safe for use by many threads.
public interface Transformer {
  /// Leaves everything as it is: the resource is not encrypted, and never was.
  Transformer NONE =
      new Transformer() {
        @Override
        public byte[] toStorage(byte[] plain, byte[] context) {
          return plain;
        }

        @Override
        public Plain fromStorage(byte[] stored, byte[] context) {
          return new Plain(stored, false);
        }
      };

  /// @param context what the value is bound to: its key in the store
  byte[] toStorage(byte[] plain, byte[] context);

  /// @throws UnreadableException if the bytes are not what this transformer wrote for this context
  Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException;

  /// A value as it was before it was stored.
  ///
  /// @param stale whether it would be stored differently today, so that the next write must not be
  ///   left out even if it changes nothing
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Plain(byte[] bytes, boolean stale) {}
}
