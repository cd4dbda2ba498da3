package io.kubejar.cri;

/// Full names of images: what `docker pull` makes of a short one.
public final class ImageReferences {
  private static final String DOCKER_HUB = "docker.io";

  private ImageReferences() {}

  /// `busybox` becomes `docker.io/library/busybox:latest`; a full name stays as it is.
  public static String normalized(String name) {
    int slash = name.indexOf('/');
    String domain = slash < 0 ? "" : name.substring(0, slash);
    boolean hasDomain = domain.contains(".") || domain.contains(":") || domain.equals("localhost");
    String full;
    if (hasDomain) {
      full = domain.equals("index.docker.io") ? DOCKER_HUB + name.substring(slash) : name;
    } else {
      full = DOCKER_HUB + (slash < 0 ? "/library/" : "/") + name;
    }
    return tagged(full) ? full : full + ":latest";
  }

  private static boolean tagged(String name) {
    return name.contains("@") || name.indexOf(':', name.lastIndexOf('/') + 1) >= 0;
  }

  /// The name without tag and digest.
  public static String repository(String name) {
    int at = name.indexOf('@');
    String noDigest = at < 0 ? name : name.substring(0, at);
    int colon = noDigest.indexOf(':', noDigest.lastIndexOf('/') + 1);
    return colon < 0 ? noDigest : noDigest.substring(0, colon);
  }
}
