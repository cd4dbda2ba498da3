package io.kubejar.simulation.template;

/// A piece of what stands between `{{` and `}}`.
///
/// @param spaceBefore whether it is apart from the piece before it
record Token(Kind kind, String text, boolean spaceBefore) {
  enum Kind {
    WORD,
    /// `.name`, or `.` alone.
    FIELD,
    /// `$name`, or `$` alone.
    VARIABLE,
    STRING,
    NUMBER,
    /// `(`, `)`, `|`, `,`, `=`, `:=`.
    SIGN
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }
}
