package io.kubejar.storage;

import java.util.HexFormat;
import java.util.List;

/// How the files of an embedded store are called: a word, and a number that sorts.
final class FileNames {
  /// A live segment of the log, with its sequence number.
  static final String SEGMENT = "log-";

  /// All entries at the revision in its name.
  static final String SNAPSHOT = "snapshot-";

  /// A used-up segment, kept for writing over. Its content means nothing.
  static final String SPARE = "spare-";

  /// A file in the making. One that is found when the store opens means nothing.
  static final String UNFINISHED = "new-";

  private FileNames() {}

  static String of(String word, long number) {
    return word + HexFormat.of().toHexDigits(number);
  }

  static long number(String name, String word) {
    try {
      return HexFormat.fromHexDigitsToLong(name.substring(word.length()));
    } catch (IllegalArgumentException e) {
      throw new CorruptStoreException("the file " + name + " is not one of this store");
    }
  }

  static List<String> only(List<String> names, String word) {
    return names.stream().filter(name -> name.startsWith(word)).sorted().toList();
  }
}
