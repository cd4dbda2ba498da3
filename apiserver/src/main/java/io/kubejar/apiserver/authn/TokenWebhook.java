package io.kubejar.apiserver.authn;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Who is asked over the network about tokens that nobody here knows.
///
/// @param kubeconfig where it listens, and how this server shows itself there
/// @param version of the TokenReview it understands
/// @param ttl how long its answers are remembered; zero not at all
public record TokenWebhook(Path kubeconfig, String version, Duration ttl) {
  /// Upstream's, for want of another.
  public static final String DEFAULT_VERSION = "v1beta1";

  /// Upstream's, for want of another.
  public static final Duration DEFAULT_TTL = Duration.ofMinutes(2);

  private static final List<String> VERSIONS = List.of("v1", "v1beta1");

  /// @throws IllegalArgumentException if the version is not supported or the time negative
  public TokenWebhook {
    if (!VERSIONS.contains(version)) {
      throw new IllegalArgumentException(
          "unsupported authentication webhook version \""
              + version
              + "\", supported versions are \"v1\", \"v1beta1\"");
    }
    if (ttl.isNegative()) {
      throw new IllegalArgumentException("the cache ttl of a webhook must not be negative");
    }
  }
}
