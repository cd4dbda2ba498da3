package io.kubejar.apimachinery.format;

/// Whether a text is one e-mail address in the grammar of RFC 5322, with or without a name before
/// it, as Go's `mail.ParseAddress` sees it. Comments within an address are not understood.
final class EmailAddresses {
  private static final String ATOM_PUNCTUATION = "!#$%&'*+-/=?^_`{|}~";

  private final String text;
  private int at;

  private EmailAddresses(String text) {
    this.text = text;
  }

  static boolean isAddress(String text) {
    return new EmailAddresses(text).isBareAddress() || new EmailAddresses(text).isNamedAddress();
  }

  private boolean isBareAddress() {
    skipSpace();
    if (!addrSpec()) {
      return false;
    }
    skipSpace();
    return at == text.length();
  }

  private boolean isNamedAddress() {
    skipSpace();
    while (at < text.length() && peek() != '<') {
      if (!(peek() == '"' ? quoted() : atoms(true))) {
        return false;
      }
      skipSpace();
    }
    return take('<') && addrSpec() && take('>') && atEnd();
  }

  private boolean atEnd() {
    skipSpace();
    return at == text.length();
  }

  private boolean addrSpec() {
    boolean local = isNext('"') ? quoted() : atoms(false);
    if (!local || !take('@')) {
      return false;
    }
    return isNext('[') ? literal() : atoms(false);
  }

  /// Atoms with dots between them.
  ///
  /// @param loose whether dots may stand anywhere, as in names
  private boolean atoms(boolean loose) {
    int start = at;
    while (at < text.length() && (isAtomText(peek()) || peek() == '.')) {
      at++;
    }
    var found = text.substring(start, at);
    return !found.isEmpty()
        && (loose || (!found.startsWith(".") && !found.endsWith(".") && !found.contains("..")));
  }

  private boolean quoted() {
    at++;
    while (at < text.length() && peek() != '"') {
      at += peek() == '\\' ? 2 : 1;
    }
    return take('"');
  }

  private boolean literal() {
    int end = text.indexOf(']', at);
    if (end < 0) {
      return false;
    }
    var address = text.substring(at + 1, end);
    at = end + 1;
    return IpTexts.isIpv4(address)
        || (address.startsWith("IPv6:") && IpTexts.isIpv6(address.substring(5)));
  }

  private boolean isNext(char wanted) {
    return at < text.length() && peek() == wanted;
  }

  private boolean take(char wanted) {
    boolean there = isNext(wanted);
    at += there ? 1 : 0;
    return there;
  }

  private void skipSpace() {
    while (at < text.length() && (peek() == ' ' || peek() == '\t')) {
      at++;
    }
  }

  private char peek() {
    return text.charAt(at);
  }

  private static boolean isAtomText(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c >= 0x80
        || ATOM_PUNCTUATION.indexOf(c) >= 0;
  }
}
