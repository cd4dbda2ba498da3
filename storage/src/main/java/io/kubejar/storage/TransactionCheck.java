package io.kubejar.storage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// Tells whether a transaction is well formed, before any store looks at it.
final class TransactionCheck {
  private TransactionCheck() {}

  static void check(Transaction transaction) {
    if (transaction.compares().size() > Limits.TRANSACTION_OPERATIONS
        || transaction.writes().size() > Limits.TRANSACTION_OPERATIONS) {
      throw new TooLargeException(
          "a transaction may hold at most " + Limits.TRANSACTION_OPERATIONS + " operations");
    }
    long size = 0;
    for (var compare : transaction.compares()) {
      size += checkKey(compare.key());
      if (compare.modRevision() < 0) {
        throw new IllegalArgumentException("a revision must not be negative");
      }
    }
    var written = new HashSet<String>();
    for (var write : transaction.writes()) {
      size += checkKey(write.key());
      if (!written.add(write.key())) {
        throw new IllegalArgumentException("a transaction writes a key twice: " + write.key());
      }
      if (write instanceof Write.Put put) {
        size += put.value().size();
        checkTimeToLive(put.timeToLive());
      }
    }
    if (size > Limits.TRANSACTION_BYTES) {
      throw new TooLargeException(
          "the transaction is too large: "
              + size
              + " bytes, at most "
              + Limits.TRANSACTION_BYTES
              + " are possible");
    }
  }

  private static void checkTimeToLive(@Nullable Duration timeToLive) {
    if (timeToLive != null
        && (!timeToLive.isPositive() || timeToLive.compareTo(Limits.TIME_TO_LIVE) > 0)) {
      throw new IllegalArgumentException(
          "a time to live must be positive and at most " + Limits.TIME_TO_LIVE.toDays() + " days");
    }
  }

  private static int checkKey(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a key must not be empty");
    }
    int size = key.getBytes(StandardCharsets.UTF_8).length;
    if (size > Limits.KEY_BYTES) {
      throw new TooLargeException("a key may have at most " + Limits.KEY_BYTES + " bytes");
    }
    // Only without surrogates is the order of characters the order of UTF-8 bytes.
    if (size != key.length() && key.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
      throw new IllegalArgumentException("a key must not hold surrogates");
    }
    return size;
  }
}
