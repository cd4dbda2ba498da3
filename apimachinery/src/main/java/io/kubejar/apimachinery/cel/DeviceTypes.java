package io.kubejar.apimachinery.cel;

import io.kubejar.apimachinery.cel.library.Bindings;
import io.kubejar.apimachinery.cel.library.Quantities;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/// What expressions that pick devices see: `device`, with attributes and capacities by domain and
/// name.
public final class DeviceTypes {
  private static final long ENTRIES_MAX = 32;
  private static final long ATTRIBUTE_LENGTH_MAX = 64;
  private static final long DRIVER_LENGTH_MAX = 63;

  /// The type of the variable `device`.
  public static final DeclType DEVICE = DeclType.object("kubernetes.DRADevice", fields());

  private DeviceTypes() {}

  private static final class Selectors {
    private static final Environment ENVIRONMENT =
        Environments.base().with(Bindings.library()).with("device", DEVICE);
  }

  public static Environment environment() {
    return Selectors.ENVIRONMENT;
  }

  private static Map<String, DeclType> fields() {
    Map<String, DeclType> fields = new LinkedHashMap<>();
    fields.put("allowMultipleAllocations", Scalar.BOOL.withMaxElements(1));
    fields.put("driver", Scalar.STRING.withMaxElements(DRIVER_LENGTH_MAX));
    fields.put("attributes", byDomain(Scalar.ANY.withMaxElements(ATTRIBUTE_LENGTH_MAX)));
    fields.put("capacity", byDomain(Scalar.of(Quantities.TYPE).withMaxElements(0)));
    return fields;
  }

  private static DeclType byDomain(DeclType value) {
    return new DeclType.MapOf(new DeclType.MapOf(value, ENTRIES_MAX), ENTRIES_MAX);
  }
}
