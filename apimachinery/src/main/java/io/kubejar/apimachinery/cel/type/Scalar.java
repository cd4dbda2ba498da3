package io.kubejar.apimachinery.cel.type;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;

/// A type without parts, or one whose parts are not known.
public record Scalar(CelType celType, long maxElements, long minSerializedSize)
    implements DeclType {
  public static final Scalar ANY = new Scalar(SimpleType.ANY, 0, 1);
  public static final Scalar BOOL = new Scalar(SimpleType.BOOL, 0, 4);
  public static final Scalar BYTES = new Scalar(SimpleType.BYTES, Long.MAX_VALUE, 2);
  public static final Scalar DOUBLE = new Scalar(SimpleType.DOUBLE, 0, 1);
  public static final Scalar DURATION = new Scalar(SimpleType.DURATION, 32, 3);
  public static final Scalar DYN = new Scalar(SimpleType.DYN, Long.MAX_VALUE, 1);
  public static final Scalar INT = new Scalar(SimpleType.INT, 0, 1);
  public static final Scalar NULL = new Scalar(SimpleType.NULL_TYPE, 0, 4);
  public static final Scalar STRING = new Scalar(SimpleType.STRING, Long.MAX_VALUE, 2);
  public static final Scalar TIMESTAMP = new Scalar(SimpleType.TIMESTAMP, 32, 21);

  /// A type of the checker with nothing known about its size.
  public static Scalar of(CelType type) {
    return new Scalar(type, Long.MAX_VALUE, 1);
  }

  /// The same with another bound for its size.
  public Scalar withMaxElements(long most) {
    return new Scalar(celType, most, minSerializedSize);
  }
}
