package io.kubejar.apiserver.aggregation;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.http.Headers;
import java.nio.charset.StandardCharsets;

/// Tells an extension server who asks. It believes the headers because of the certificate that
/// comes with them.
final class IdentityHeaders {
  private static final String USER = "X-Remote-User";
  private static final String UID = "X-Remote-Uid";
  private static final String GROUP = "X-Remote-Group";
  private static final String EXTRA = "X-Remote-Extra-";
  private static final String PLAIN_IN_NAMES = "!#$&'*+-.^_`|~";

  private IdentityHeaders() {}

  /// These headers, with the user's.
  static Headers with(Headers headers, UserInfo user) {
    var all = headers.with(USER, user.name());
    if (!user.uid().isEmpty()) {
      all = all.with(UID, user.uid());
    }
    for (var group : user.groups()) {
      all = all.with(GROUP, group);
    }
    for (var extra : user.extra().entrySet()) {
      for (var value : extra.getValue()) {
        all = all.with(EXTRA + escaped(extra.getKey()), value);
      }
    }
    return all;
  }

  /// What may not stand in a header's name is percent-encoded.
  private static String escaped(String key) {
    var text = new StringBuilder(key.length());
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN_IN_NAMES.indexOf(c) >= 0);
      text.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return text.toString();
  }
}
