package io.kubejar.apiserver.authn;

import io.kubejar.http.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Believes what a proxy in front of this server says about users in headers, if the proxy shows a
/// certificate of its own authority. Without one, the headers say nothing.
public final class AuthenticatingProxy implements Authenticator {
  /// Whom to believe, and where they say it.
  ///
  /// @param authorities who sign proxies' certificates
  /// @param allowedNames common names of proxies; empty means all that the authorities signed
  /// @param extraPrefixes how headers begin whose rest is a key of the user's extra values
  public record Config(
      List<X509Certificate> authorities,
      List<String> allowedNames,
      List<String> userHeaders,
      List<String> uidHeaders,
      List<String> groupHeaders,
      List<String> extraPrefixes) {
    public Config {
      authorities = List.copyOf(authorities);
      allowedNames = List.copyOf(allowedNames);
      userHeaders = List.copyOf(userHeaders);
      uidHeaders = List.copyOf(uidHeaders);
      groupHeaders = List.copyOf(groupHeaders);
      extraPrefixes = List.copyOf(extraPrefixes);
    }

    /// The headers that everybody uses.
    public static Config of(List<X509Certificate> authorities, List<String> allowedNames) {
      return new Config(
          authorities,
          allowedNames,
          List.of("X-Remote-User"),
          List.of("X-Remote-Uid"),
          List.of("X-Remote-Group"),
          List.of("X-Remote-Extra-"));
    }
  }

  private final Config config;
  private final CertificateTrust trust;

  public AuthenticatingProxy(Config config, InstantSource clock) {
    this.config = config;
    this.trust = new CertificateTrust(config.authorities(), clock);
  }

  @Override
  public Optional<UserInfo> authenticate(Credentials credentials) {
    var name = first(credentials.headers(), config.userHeaders());
    if (name.isEmpty() || !isProxy(credentials.certificates())) {
      return Optional.empty();
    }
    var headers = credentials.headers();
    var groups =
        config.groupHeaders().stream()
            .flatMap(header -> headers.all(header).stream())
            .filter(group -> !group.isEmpty())
            .toList();
    return Optional.of(
        new UserInfo(name, first(headers, config.uidHeaders()), groups, extra(headers)));
  }

  private boolean isProxy(List<X509Certificate> chain) {
    return !chain.isEmpty()
        && (config.allowedNames().isEmpty()
            || X509Authenticator.commonName(chain.getFirst())
                .filter(config.allowedNames()::contains)
                .isPresent())
        && trust.covers(chain);
  }

  private Map<String, List<String>> extra(Headers headers) {
    var extra = new LinkedHashMap<String, List<String>>();
    for (var prefix : config.extraPrefixes()) {
      for (var field : headers.fields()) {
        if (field.name().regionMatches(true, 0, prefix, 0, prefix.length())) {
          var key = field.name().substring(prefix.length()).toLowerCase(Locale.ROOT);
          extra.computeIfAbsent(unescaped(key), _ -> new ArrayList<>()).add(field.value());
        }
      }
    }
    return extra;
  }

  /// A key with percent escapes; one that is malformed stays as it is.
  static String unescaped(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return key;
    }
  }

  private static String first(Headers headers, List<String> names) {
    return names.stream()
        .map(name -> headers.firstOr(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElse("");
  }
}
