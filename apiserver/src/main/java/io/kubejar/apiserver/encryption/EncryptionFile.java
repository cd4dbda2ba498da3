package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.FollowedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The administrator's file that says how values are encrypted.
public final class EncryptionFile {
  private EncryptionFile() {}

  /// Follows what the file says now.
  ///
  /// @throws ConfigFileException if the file cannot be used; nothing has changed then
  public static void load(Path file, Encryption encryption) {
    configure(file, FollowedFile.read(file), encryption);
  }

  /// Takes changes of the file into use until the result is closed.
  ///
  /// @param file null if nothing is to be followed
  public static FollowedFile.Following follow(@Nullable Path file, Encryption encryption) {
    if (file == null) {
      return FollowedFile.Following.NOTHING;
    }
    try {
      return FollowedFile.follow(file, content -> configure(file, content, encryption));
    } catch (IOException unwatchable) {
      throw new UncheckedIOException("cannot follow " + file, unwatchable);
    }
  }

  private static void configure(Path file, String content, Encryption encryption) {
    try {
      encryption.configure(content);
    } catch (IllegalArgumentException | JsonFormatException unusable) {
      throw new ConfigFileException(file + ": " + unusable.getMessage());
    }
  }
}
