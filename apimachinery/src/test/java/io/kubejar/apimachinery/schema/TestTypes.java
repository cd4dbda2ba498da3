package io.kubejar.apimachinery.schema;

import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.schema.TypeSchema.Field;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.PatchStrategy;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.Map;

/// A Deployment in miniature, made by hand.
public final class TestTypes {
  private static final Field NAME = Field.of("name", Scalar.STRING);

  public static final Struct PORT =
      Struct.of(
          "Port",
          NAME,
          Field.of("containerPort", Scalar.INT32).withRequired(),
          Field.of("protocol", Scalar.STRING).withDefault(new JsonString("TCP")));

  public static final Struct ENV = Struct.of("Env", NAME, Field.of("value", Scalar.STRING));

  public static final Struct CONTAINER =
      Struct.of(
          "Container",
          NAME,
          Field.of("image", Scalar.STRING),
          Field.of("command", ListOf.atomic(Scalar.STRING)),
          Field.of("env", ListOf.map(ENV, "name")).withStrategy(PatchStrategy.mergeBy("name")),
          Field.of("ports", ListOf.map(PORT, "containerPort", "protocol"))
              .withStrategy(PatchStrategy.mergeBy("containerPort")));

  public static final Struct POD_SPEC =
      Struct.of(
          "PodSpec",
          Field.of("containers", ListOf.map(CONTAINER, "name"))
              .withStrategy(PatchStrategy.mergeBy("name"))
              .withAlwaysThere(),
          Field.of("nodeSelector", new MapOf(Scalar.STRING, true)));

  public static final Struct STRATEGY =
      Struct.of(
          "Strategy",
          Field.of("type", Scalar.STRING),
          Field.of("rollingUpdate", Struct.of("Rolling", Field.of("maxSurge", Scalar.INT32))));

  public static final Struct SPEC =
      Struct.of(
          "DeploymentSpec",
          Field.of("replicas", Scalar.INT32),
          Field.of("template", POD_SPEC).withAlwaysThere(),
          Field.of("strategy", STRATEGY)
              .withStrategy(new PatchStrategy(false, true, ""))
              .withAlwaysThere());

  public static final Struct METADATA =
      Struct.of(
          "ObjectMeta",
          NAME,
          Field.of("namespace", Scalar.STRING),
          Field.of("uid", Scalar.STRING),
          Field.of("resourceVersion", Scalar.STRING),
          Field.of("labels", new MapOf(Scalar.STRING, false)),
          Field.of("annotations", new MapOf(Scalar.STRING, false)),
          Field.of("finalizers", ListOf.set(Scalar.STRING)).withStrategy(PatchStrategy.mergeBy("")),
          Field.of("managedFields", ListOf.atomic(TypeSchema.Any.ATOMIC)));

  public static final Struct DEPLOYMENT =
      new Struct(
          "Deployment",
          "",
          Map.of(
              "apiVersion", Field.of("apiVersion", Scalar.STRING),
              "kind", Field.of("kind", Scalar.STRING),
              "metadata", Field.of("metadata", METADATA).withAlwaysThere(),
              "spec", Field.of("spec", SPEC).withAlwaysThere(),
              "status",
                  Field.of("status", Struct.of("Status", Field.of("replicas", Scalar.INT32)))
                      .withAlwaysThere()),
          false,
          null);

  private TestTypes() {}
}
