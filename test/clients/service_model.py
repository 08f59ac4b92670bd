"""Holds what a server answers against botocore's model of the service, member by member, before botocore makes sense of it."""
import json

KINDS = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "blob": str,
         "integer": int, "long": int, "timestamp": (int, float), "double": (int, float)}


class Answers:
    """The operations that were answered, and what the model did not expect in the answers."""

    def __init__(self, client):
        self.operations = []
        self.surprises = []
        client.meta.events.register("before-parse.*.*", self._inspect)

    def _inspect(self, operation_model, response_dict, **_):
        body = json.loads(response_dict["body"])
        name = operation_model.name
        self.operations.append(name)
        if response_dict["status_code"] < 300:
            self.surprises.extend(unmodelled(operation_model.output_shape, body, name))
        elif body["__type"] not in {shape.name for shape in operation_model.error_shapes}:
            self.surprises.append(f"{name} has no error {body['__type']}")


def unmodelled(shape, value, place):
    """Members that the model does not know, and values of another type than it says."""
    if isinstance(value, bool) != (shape.type_name == "boolean") or not isinstance(value, KINDS[shape.type_name]):
        return [f"{place} is {value!r}, no {shape.type_name}"]
    if shape.type_name == "structure":
        known = [found for name, member in value.items() if name in shape.members
                 for found in unmodelled(shape.members[name], member, f"{place}.{name}")]
        return known + [f"{place}.{name} is not in the model" for name in value if name not in shape.members]
    if shape.type_name == "list":
        return [found for i, entry in enumerate(value) for found in unmodelled(shape.member, entry, f"{place}[{i}]")]
    if shape.type_name == "map":
        return [found for key, entry in value.items() for found in unmodelled(shape.value, entry, f"{place}[{key}]")]
    values = getattr(shape, "enum", [])
    return [f"{place} is {value!r}, none of {values}"] if values and value not in values else []
