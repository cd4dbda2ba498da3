package io.kubejar.apiserver.encryption;

import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.FollowedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The administrator's file that says how values are encrypted.
public final class EncryptionFile {
  private EncryptionFile() {}

  /// Reads the file and changes nothing.
  ///
  /// @throws ConfigFileException if the file cannot be used
  public static void check(Path file) {
    named(file, FollowedFile.read(file), Encryption::check);
  }

  /// Follows what the file says now.
  ///
  /// @throws ConfigFileException if the file cannot be used; nothing has changed then
  public static void load(Path file, Encryption encryption) {
    named(file, FollowedFile.read(file), encryption::configure);
  }

  /// Takes changes of the file into use until the result is closed.
  ///
  /// @param file null if nothing is to be followed
  public static FollowedFile.Following follow(@Nullable Path file, Encryption encryption) {
    if (file == null) {
      return FollowedFile.Following.NOTHING;
    }
    try {
      return FollowedFile.follow(file, content -> named(file, content, encryption::replace));
    } catch (IOException unwatchable) {
      throw new UncheckedIOException("cannot follow " + file, unwatchable);
    }
  }

  private static void named(Path file, String content, Consumer<String> use) {
    try {
      use.accept(content);
    } catch (ConfigFileException unusable) {
      throw new ConfigFileException(file + ": " + unusable.getMessage());
    }
  }
}
