package io.kubejar.storage;

import java.time.Duration;

/// The bounds that all stores share. They are etcd's defaults, so that what one store holds, the
/// others can hold too.
public final class Limits {
  /// The largest sum of keys and values of one transaction.
  public static final int TRANSACTION_BYTES = 3 * 1024 * 1024 / 2;

  /// The largest number of comparisons, and of writes, of one transaction.
  public static final int TRANSACTION_OPERATIONS = 128;

  public static final int KEY_BYTES = 4096;

  /// The longest time to live: beyond this, a key had better have none.
  public static final Duration TIME_TO_LIVE = Duration.ofDays(3650);

  private Limits() {}

  /// Refuses what no store could hold.
  ///
  /// @throws TooLargeException if a bound is exceeded
  /// @throws IllegalArgumentException if a key is malformed or written twice
  public static void check(Transaction transaction) {
    TransactionCheck.check(transaction);
  }
}
