"""Compares raw answers with botocore's service model, member by member, before botocore parses them."""
import json

KINDS = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "blob": str,
         "integer": int, "long": int, "timestamp": (int, float), "double": (int, float)}


class Answers:
    """Records the answered operations and everything in the answers that the model does not define."""

    def __init__(self, client):
        self.operations = []
        self.unexpected = []
        client.meta.events.register("before-parse.*.*", self._inspect)

    def _inspect(self, operation_model, response_dict, **_):
        body = json.loads(response_dict["body"])
        name = operation_model.name
        self.operations.append(name)
        if response_dict["status_code"] < 300:
            self.unexpected.extend(unmodelled(operation_model.output_shape, body, name))
        elif body["__type"] not in {shape.name for shape in operation_model.error_shapes}:
            self.unexpected.append(f"{name} has no error {body['__type']} in the model")


def unmodelled(shape, value, path):
    """Returns the members that the model does not define and the values of a different type."""
    if isinstance(value, bool) != (shape.type_name == "boolean") or not isinstance(value, KINDS[shape.type_name]):
        return [f"{path} is {value!r}, not a {shape.type_name}"]
    if shape.type_name == "structure":
        known = [found for name, member in value.items() if name in shape.members
                 for found in unmodelled(shape.members[name], member, f"{path}.{name}")]
        return known + [f"{path}.{name} is not in the model" for name in value if name not in shape.members]
    if shape.type_name == "list":
        return [found for i, entry in enumerate(value) for found in unmodelled(shape.member, entry, f"{path}[{i}]")]
    if shape.type_name == "map":
        return [found for key, entry in value.items() for found in unmodelled(shape.value, entry, f"{path}[{key}]")]
    values = getattr(shape, "enum", [])
    return [f"{path} is {value!r}, not one of {values}"] if values and value not in values else []
